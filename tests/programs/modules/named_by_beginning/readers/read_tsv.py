KIND = "tsv"
