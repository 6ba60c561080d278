update steps set selection = '{"remove":["g1"],"keep":["g2"],"unexplained":"keep"}' where step_id = '00000000-0000-0000-0002-000000000013';
