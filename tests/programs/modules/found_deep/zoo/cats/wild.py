SOUND = "roar"
