"""What is said in the log of the process of something that nobody foresaw."""


def place_of(error: BaseException) -> str:
    """Files and lines of a traceback, innermost last, without its values: they may be personal."""
    places = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('kaihoken/')[2]}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return " > ".join(places[-6:])
