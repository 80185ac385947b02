"""What differs where the cluster's Python is another one: what it cannot read or lacks, and what it has to answer for itself."""
