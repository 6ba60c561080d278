insert into outbox (type, saga_id, payload, created_at) values
    ('deprovisioning.needs-attention.v1', '00000000-0000-0000-0001-000000000002', '{"failures":[{"system":"crm","action":"disable-account","code":"policy"}]}', '2026-01-12 09:00Z'),
    ('deprovisioning.completed.v1', '00000000-0000-0000-0001-000000000003', '{}', '2026-01-12 09:00Z');
insert into notification_deliveries (receiver, kind, outbox_id, status, attempts, next_at, give_up_at, last_code, last_error, created_at, done_at) values
    ('siem', 'webhook', 2, 'given-up', 9, '2026-01-12 10:00Z', '2026-01-15 09:00Z', 'http-503', 'The receiver answers with status 503.', '2026-01-12 09:00Z', '2026-01-15 09:00Z');
insert into notification_deliveries (receiver, kind, outbox_id, status, next_at, give_up_at, created_at, thing, number, thread_at, last_at) values
    ('on-call', 'mail', 2, 'waiting', '2026-01-12 09:05Z', '2026-01-15 09:05Z', '2026-01-12 09:00Z', 'needs-attention/crm/policy', 1, '2026-01-12 09:00Z', '2026-01-12 09:00Z');
insert into notification_mail_sagas select delivery_id, '00000000-0000-0000-0001-000000000002', 2, true from notification_deliveries where kind = 'mail';
insert into notification_receivers values ('siem', 9, '2026-01-12 10:00Z', '2026-01-12 10:00Z', repeat('b', 64));
delete from notification_queue where outbox_id = 2;
