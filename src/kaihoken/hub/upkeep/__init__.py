"""What a running hub does for itself: forgetting, new keys, telling whether it is ready; and the drill."""
