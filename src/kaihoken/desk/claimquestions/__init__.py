"""資格の確認: the days of care of a claim file, asked of the hub in one list."""

from kaihoken.desk.claimquestions.asking import ClaimQuestions, Under

__all__ = ["ClaimQuestions", "Under"]
