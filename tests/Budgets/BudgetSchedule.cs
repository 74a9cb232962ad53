using FsCheck;
using FsCheck.Fluent;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// What happens to a user's calls and budget, step by step; the moves of one step happen at once, on any of the
/// instances.
/// </summary>
/// <param name="Seed">Of the faults of the storage.</param>
public sealed record BudgetSchedule(int Seed, IReadOnlyList<IReadOnlyList<BudgetMove>> Steps)
{
    private static readonly Gen<int> Instance = Gen.Choose(0, 2);
    private static readonly Gen<int> Pick = Gen.Choose(0, 100);

    private static readonly Gen<BudgetMove> AnyStart =
        from instance in Instance
        from cents in Gen.Choose(1, 4)
        select (BudgetMove)new Start(instance, cents);

    private static readonly Gen<BudgetMove> AnyEnd =
        from call in Pick
        from percent in Gen.Elements(0, 1, 50, 99, 100)
        select (BudgetMove)new Settle(call, percent);

    private static readonly Gen<BudgetMove> AnyOther = Gen.OneOf(
        Pick.Select(call => (BudgetMove)new Release(call)),
        Pick.Select(call => (BudgetMove)new Hang(call)),
        Pick.Select(call => (BudgetMove)new Hang(call)),
        Pick.Select(call => (BudgetMove)new Crash(call)),
        Instance.Select(instance => (BudgetMove)new Visit(instance)),
        Instance.Select(instance => (BudgetMove)new Visit(instance))
    );

    private static readonly Gen<BudgetMove> AnyChange = Gen.OneOf(
        Gen.Elements<long?>(0, 1, 3, 5, 10, 20, null).Select(cents => (BudgetMove)new Change(cents)),
        Gen.Elements(1, 4, 8).Select(minutes => (BudgetMove)new Pass(minutes)),
        Gen.Constant((BudgetMove)new Sweep())
    );

    private static readonly Gen<IReadOnlyList<BudgetMove>> AnyStep = Gen.Frequency(
        (
            4,
            Gen.Frequency((6, AnyStart), (3, AnyEnd), (2, AnyOther))
                .NonEmptyListOf()
                .Resize(8)
                .Select(moves => (IReadOnlyList<BudgetMove>)[.. moves])
        ),
        (2, AnyChange.Select(move => (IReadOnlyList<BudgetMove>)[move]))
    );

    public static Arbitrary<BudgetSchedule> Any() =>
        Arb.From(
            from seed in Gen.Choose(0, int.MaxValue)
            from steps in AnyStep.NonEmptyListOf().Resize(14)
            select new BudgetSchedule(seed, [.. steps]),
            schedule =>
                schedule.Steps.Select((_, i) => schedule with { Steps = [.. schedule.Steps.Where((_, j) => j != i)] })
        );

    public override string ToString() =>
        $"seed {Seed}: {string.Join("; ", Steps.Select(step => string.Join(" & ", step)))}";
}

public abstract record BudgetMove;

/// <summary>A call that may cost so many cents begins.</summary>
public sealed record Start(int Instance, int Cents) : BudgetMove
{
    /// <summary>Whether it is a call of the token, whose budget limits it too.</summary>
    public bool HasToken => (Instance + Cents) % 2 == 0;
}

/// <summary>One of the open calls ends, having cost so many percent of what it might.</summary>
public sealed record Settle(int Call, int Percent) : BudgetMove;

/// <summary>One of the open calls ends, and cost nothing.</summary>
public sealed record Release(int Call) : BudgetMove;

/// <summary>One of the open calls is no longer renewed, but may be settled later.</summary>
public sealed record Hang(int Call) : BudgetMove;

/// <summary>One of the open calls is gone with its instance.</summary>
public sealed record Crash(int Call) : BudgetMove;

/// <summary>The roll-up visits the month.</summary>
public sealed record Visit(int Instance) : BudgetMove;

public sealed record Change(long? Cents) : BudgetMove;

public sealed record Pass(int Minutes) : BudgetMove;

/// <summary>Every lease that is not renewed runs out, and the roll-up visits the month from each instance.</summary>
public sealed record Sweep : BudgetMove;
