"""マイナンバーカード at a reader: its commands, a virtual one to try everything with, and what proves its presence.

`apdu` commands and answers; `jpki` our client of the card's 公的個人認証; `virtual` the card that we make ourselves,
with a bridge to a PC/SC daemon; `readers` where cards lie; `authority` the TEST authority that issues and revokes;
`certificate` and `revocation` what is asked of a certificate; `presence` challenge and response.

A certificate of any other authority than the pinned TEST one is refused before any PIN is asked for: whether a real
certificate was revoked is told to registered verifiers only, so real cards are never taken.
"""
