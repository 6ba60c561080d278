using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit;

namespace Deprovisioner.Benchmarks.Conventional;

/// <summary>The saga as a MassTransit state machine: ten commands side by side, one report for each, completed with the last.</summary>
internal sealed class LeaverStateMachine : MassTransitStateMachine<LeaverState>
{
    public const int Steps = 10;
    private const int AllReported = (1 << Steps) - 1;

    public LeaverStateMachine(TimeProvider clock)
    {
        InstanceState(leaver => leaver.CurrentState);
        Event(() => Terminated, e => e.CorrelateById(context => IdOf(context.Message)));
        Event(() => Revoked, e => e.CorrelateById(context => context.Message.SagaId));
        Initially(When(Terminated)
            .ThenAsync(context => Start(context, clock))
            .TransitionTo(Running));
        During(Running, Ignore(Terminated), When(Revoked)
            .Then(context => Report(context, clock))
            .If(context => context.Saga.Reported == AllReported, binder => binder.Then(context => Complete(context, clock)).TransitionTo(Completed)));
        During(Completed, Ignore(Terminated), Ignore(Revoked));
    }

    public State Running { get; private set; } = null!;

    public State Completed { get; private set; } = null!;

    public Event<EmploymentTerminated> Terminated { get; private set; } = null!;

    public Event<AccessRevoked> Revoked { get; private set; } = null!;

    public static string CommandQueue(int step) => $"conventional.system-{step + 1:00}";

    /// <summary>The same event has the same saga, however often it comes.</summary>
    private static Guid IdOf(EmploymentTerminated terminated) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{terminated.Source}\n{terminated.Id}")).AsSpan(0, 16));

    private static async Task Start(BehaviorContext<LeaverState, EmploymentTerminated> context, TimeProvider clock)
    {
        var data = context.Message.Data;
        (context.Saga.PersonId, context.Saga.EmploymentId, context.Saga.Email, context.Saga.StartedAt) = (data.PersonId, data.EmploymentId, data.Person?.Email ?? "", clock.GetUtcNow());
        Record(context, clock, "planned", new { data.PersonId, data.EmploymentId, data.Reason, context.Message.Id, context.Message.Source, Steps });
        for (var step = 0; step < Steps; step++)
        {
            // The in-memory outbox holds them back until the saga is committed.
            var endpoint = await context.GetSendEndpoint(new Uri($"exchange:{CommandQueue(step)}"));
            await endpoint.Send(new RevokeAccess(context.Saga.CorrelationId, step, context.Saga.PersonId, context.Saga.Email));
        }
    }

    private static void Report(BehaviorContext<LeaverState, AccessRevoked> context, TimeProvider clock)
    {
        var report = context.Message;
        if ((context.Saga.Reported & (1 << report.Step)) != 0)
        {
            return;
        }

        context.Saga.Reported |= 1 << report.Step;
        context.GetPayload<ConventionalContext>().Outcomes.Add(new StepOutcome
        {
            SagaId = report.SagaId,
            Step = report.Step,
            Outcome = report.Outcome,
            StartedAt = report.StartedAt,
            FinishedAt = report.FinishedAt,
        });
        Record(context, clock, "step-reported", report);
    }

    private static void Complete(BehaviorContext<LeaverState> context, TimeProvider clock)
    {
        context.Saga.CompletedAt = clock.GetUtcNow();
        Record(context, clock, "completed", new { context.Saga.PersonId });
    }

    private static void Record<T>(BehaviorContext<LeaverState> context, TimeProvider clock, string type, T facts)
        => context.GetPayload<ConventionalContext>().Audit.Add(new AuditRecord
        {
            SagaId = context.Saga.CorrelationId,
            At = clock.GetUtcNow(),
            Type = type,
            Payload = JsonSerializer.Serialize(facts, JsonSerializerOptions.Web),
        });
}
