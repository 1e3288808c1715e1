"""From the instance to what the model needs: goods, lanes, reachability, bounds, duties, policies."""
