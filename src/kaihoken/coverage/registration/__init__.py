"""加入者の登録: rows of insurers, checked, matched and kept."""
