"""Text to ids: corpora, tokens, vocabulary, splits and batches. NumPy only; nothing here loads TensorFlow.

Data flows one way: the rows of a `Corpus` -> `encode_corpus` -> `EncodedCorpus` (flat files, memory-mapped)
-> `split` -> a `Vocabulary` of the training rows -> `Dataset` -> `Batches`.
"""
