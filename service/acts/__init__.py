"""Every act by its verb: who may do it, in what reach, alone or with a second person. The doors share this one way in."""
