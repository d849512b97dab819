"""A language model on this machine: llama.cpp in a process of its own (``--local FILE.gguf``).

`__main__.py` is that process; it needs the extra ``streamtui[local]``. `model_process.py` starts
it, watches it load and ends it; `local_source.py` is a worker that waits for it.
"""
