SOUND = "bark"
