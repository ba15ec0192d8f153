"""Text to ids: corpora, tokens, vocabulary, splits and batches. NumPy only; nothing here loads TensorFlow.

Data flows one way: the examples of a `Corpus` -> `encode_corpus` -> `EncodedCorpus` (flat files, memory-mapped)
-> `split` -> a `Vocabulary` of the training examples -> `Dataset` -> `Batches`.
"""
