"""What each kind of file is made into: a reading, the same for all."""
