update steps set owner = 'facilities', reversible = '30d', needs = '{0}' where step_id = '00000000-0000-0000-0002-000000000022';
