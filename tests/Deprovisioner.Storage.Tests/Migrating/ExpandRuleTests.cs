using Deprovisioner.Storage.Migrations;

namespace Deprovisioner.Storage.Tests.Migrating;

public sealed class ExpandRuleTests
{
    private static readonly MigrationName Next = MigrationName.Parse("0099_next");

    [Fact]
    public void Every_migration_since_the_first_version_lets_older_workers_go_on_or_is_a_contract()
        => Assert.Equal([], NextMigrations.Real.Keys.SelectMany(id => ExpandRule.Faults(MigrationName.Parse(id), MigrationText.Of(id))));

    [Fact]
    public void Numbers_rise_without_a_double_and_a_contract_names_an_earlier_one()
    {
        var names = NextMigrations.Real.Keys.Select(MigrationName.Parse).ToList();
        Assert.Equal(names.Select(name => name.Number).Order().Distinct(), names.Select(name => name.Number));
        Assert.DoesNotContain(names, name => name.WorksFrom > name.Number);
    }

    [Theory]
    [InlineData("create table things (thing_id bigint primary key, saga_id uuid references sagas); create index things_saga on things (saga_id); insert into things values (1, null)")]
    [InlineData("alter table sagas add column word text, add column number integer not null default 7, add column list jsonb not null default '[]', add column at timestamptz default now()")]
    [InlineData("alter table sagas add constraint sagas_word_check check (word in ('a', 'b')) not valid")]
    [InlineData("alter table operator_acts drop constraint operator_acts_kind_check, add constraint operator_acts_kind_check check (kind in ('replay', 'more')) not valid")]
    [InlineData("create function f() returns trigger language plpgsql as $$ begin update x set y = 1; return new; end $$; create trigger t after insert on steps for each statement execute function f()")]
    [InlineData("-- a drop column in words\ncomment on column sagas.word is 'drop column; it is only said'")]
    [InlineData("do $$ begin alter table a drop constraint c; execute 'alter table a add constraint c check (x) not valid'; end $$")]
    [InlineData("-- outside a transaction\ndrop index concurrently if exists sagas_word; create index concurrently sagas_word on sagas (word); alter table sagas validate constraint sagas_word_check")]
    public void What_an_older_worker_does_not_notice_is_allowed(string sql) => Assert.Equal([], ExpandRule.Faults(Next, sql));

    [Theory]
    [InlineData("alter table sagas drop column urgent")]
    [InlineData("drop table outbox")]
    [InlineData("alter table sagas rename to runs")]
    [InlineData("alter table sagas rename column urgent to hurried")]
    [InlineData("alter table sagas add column word text not null")]
    [InlineData("alter table sagas add column word text check (word <> '')")]
    [InlineData("alter table sagas add column person text references persons")]
    [InlineData("alter table sagas add column id uuid not null default gen_random_uuid()")]
    [InlineData("alter table sagas add column twice bigint generated always as (fence * 2) stored")]
    [InlineData("alter table sagas alter column fence type integer")]
    [InlineData("alter table sagas alter column trace_parent set not null")]
    [InlineData("alter table sagas alter column policy drop not null")]
    [InlineData("alter table sagas add constraint c check (fence > 0)")]
    [InlineData("alter table sagas add check (fence > 0)")]
    [InlineData("alter table sagas add constraint c foreign key (person_id) references persons")]
    [InlineData("alter table sagas add constraint c check (fence > 0) not valid; alter table sagas validate constraint c")]
    [InlineData("create index sagas_fence on sagas (fence)")]
    [InlineData("create unique index sagas_fence on sagas (fence)")]
    [InlineData("create index concurrently sagas_fence on sagas (fence)")]
    [InlineData("update sagas set urgent = true")]
    [InlineData("delete from outbox")]
    [InlineData("insert into systems select * from systems")]
    [InlineData("do $$ begin alter table a add constraint c check (x); end $$")]
    [InlineData("do $$ begin update sagas set urgent = true; end $$")]
    [InlineData("vacuum full sagas")]
    [InlineData("-- outside a transaction\ncreate index concurrently sagas_word on sagas (word)")]
    [InlineData("-- outside a transaction\ndrop index concurrently if exists sagas_word; create unique index concurrently sagas_word on sagas (word)")]
    [InlineData("-- outside a transaction\nalter table sagas add column word text")]
    public void What_an_older_worker_would_not_survive_is_refused(string sql)
    {
        Assert.NotEmpty(ExpandRule.Faults(Next, sql));
        Assert.Empty(ExpandRule.Faults(MigrationName.Parse("0099_contract_0098_next"), sql));
    }
}
