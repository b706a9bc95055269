"""Names in scripts other than Latin, brought to the Latin words by which they are known.

Every script answers `readings(text)`: the text, in small letters, with the words of that script
written in Latin letters, in one or more ways, the plainest first.
"""
