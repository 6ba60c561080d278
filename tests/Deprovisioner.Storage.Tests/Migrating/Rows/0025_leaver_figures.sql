update sagas set ended_hours = 1.5, live_systems = 1, late = true, licences_reclaimed = 2, steps_by_hand = 1 where kind = 'leaver' and contained_at is not null;
