"""Areas, beats, addresses, common places, travel times, map layers."""
