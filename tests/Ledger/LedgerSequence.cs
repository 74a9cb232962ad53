using FsCheck;
using FsCheck.Fluent;

namespace MyCoach.Tests.Ledger;

/// <summary>Commands one after the other, which a failure prints line by line.</summary>
public sealed record LedgerSequence(IReadOnlyList<LedgerCommand> Commands)
{
    private const int Most = 25;

    private static readonly Gen<int> Instance = Gen.Choose(0, 1);
    private static readonly Gen<string> User = Gen.Frequency(
        (3, Gen.Constant(LedgerPair.Users[0])),
        (1, Gen.Constant(LedgerPair.Users[1]))
    );
    private static readonly Gen<string> Conversation = Gen.Elements([.. LedgerPair.Conversations]);
    private static readonly Gen<long> Tokens = Gen.OneOf(
            Gen.Choose(0, 3),
            Gen.Choose(0, 20_000),
            Gen.Choose(0, 10_000_000)
        )
        .Select(count => (long)count);

    // The last one is OpenAI's: of Anthropic it has no price.
    private static readonly Gen<(string Provider, string Model)> Model = Gen.Elements(
        ("anthropic", "claude-sonnet-4-20250514"),
        ("openai", "gpt-4o"),
        ("openai", "gpt-4o-mini"),
        ("anthropic", "gpt-4o")
    );

    private static readonly Gen<(int? HoursBack, bool LastMonth)> Time = Gen.Frequency(
        (6, Gen.Constant<(int?, bool)>((null, false))),
        (1, Gen.Choose(1, 30).Select(hours => ((int?)hours, false))),
        (2, Gen.Choose(1, 72).Select(hours => ((int?)hours, true)))
    );

    private static readonly Gen<ModelCall> OtherCall =
        from id in Gen.Elements([.. LedgerPair.Ids])
        from model in Model
        from input in Tokens
        from output in Tokens
        from conversation in Gen.Frequency(
            (1, Gen.Constant<string?>(null)),
            (3, Conversation.Select(id => (string?)id))
        )
        from agent in Gen.Elements(null, "coach", "critic", "Coach", "coach_")
        from time in Time
        select new ModelCall(
            id,
            model.Provider,
            model.Model,
            input,
            output,
            conversation,
            agent,
            time.HoursBack,
            time.LastMonth
        );

    // The same content each time, so that posts with its id are repetitions. Others are nearly always conflicts.
    private static readonly Gen<ModelCall> RepeatableCall =
        from id in Gen.Elements([.. LedgerPair.Ids])
        from time in Time
        select new ModelCall(id, "openai", "gpt-4o", 1000, 10, null, "coach", time.HoursBack, time.LastMonth);

    private static readonly Gen<ModelCall> AnyCall = Gen.Frequency((1, OtherCall), (1, RepeatableCall));

    private static readonly Gen<LedgerCommand> AnyPost =
        from instance in Instance
        from user in User
        from several in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(1, 6)))
        from calls in AnyCall.ListOf(Math.Max(1, several))
        select (LedgerCommand)new Post(instance, user, calls, several > 0);

    private static readonly Gen<LedgerCommand> AnyDeletion =
        from instance in Instance
        from user in User
        from conversation in Conversation
        select (LedgerCommand)new DeleteConversation(instance, user, conversation);

    private static readonly Gen<LedgerCommand> AnyCorrection =
        from instance in Instance
        from user in User
        from id in Gen.Elements([.. LedgerPair.Ids])
        from isOfLastMonth in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from isReplaced in Gen.Elements(true, false)
        from call in AnyCall
        select isReplaced
            ? (LedgerCommand)
                new ReplaceUsage(instance, user, id, isOfLastMonth, call with { HoursBack = null, LastMonth = false })
            : new DeleteUsage(instance, user, id, isOfLastMonth);

    private static readonly Gen<LedgerCommand> AnyErasure =
        from instance in Instance
        from user in User
        select (LedgerCommand)new DeleteAccount(instance, user);

    private static readonly Gen<LedgerCommand> AnyBudget =
        from instance in Instance
        from user in User
        from cents in Gen.Elements<long?>(null, 0, 1, 100, 5_000)
        select (LedgerCommand)new SetBudget(instance, user, cents);

    private static readonly Gen<LedgerCommand> AnyRollUp = Instance.Select(instance =>
        (LedgerCommand)new RollUp(instance)
    );

    private static readonly Gen<LedgerCommand> AnyPass = Gen.Elements(1, 6, 61, 300, (24 * 60) + 6)
        .Select(minutes => (LedgerCommand)new Pass(0, minutes));

    private static readonly Gen<LedgerCommand> AnyMonthsEnd = Gen.Elements(-4, 3, 30, 20 * 60)
        .Select(minutes => (LedgerCommand)new PassMonthsEnd(0, minutes));

    private static readonly Gen<LedgerCommand> AnyComparison = Instance.Select(instance =>
        (LedgerCommand)new Compare(instance)
    );

    // A deleted conversation, used before its rows are cleared, between that and the end of its tombstone, and after
    // it.
    private static readonly Gen<IEnumerable<LedgerCommand>> WorkedOff =
        from deletion in AnyDeletion.Select(any => (DeleteConversation)any)
        from posts in AnyPost.Select(any => Of(deletion, (Post)any)).ListOf(4)
        from rollUps in AnyRollUp.ListOf(2)
        select (IEnumerable<LedgerCommand>)
            [posts[0], deletion, posts[1], rollUps[0], posts[2], new Pass(0, 61), rollUps[1], posts[3]];

    private static readonly Gen<IEnumerable<LedgerCommand>> Some = Gen.Frequency(
        (30, One(AnyPost)),
        (8, One(AnyDeletion)),
        (12, One(AnyCorrection)),
        // Few, because each takes as long as all else in a sequence.
        (1, One(AnyErasure)),
        (6, One(AnyBudget)),
        (8, One(AnyRollUp)),
        (10, One(AnyPass)),
        (4, One(AnyMonthsEnd)),
        (2, One(AnyComparison)),
        (4, WorkedOff)
    );

    public static Arbitrary<LedgerSequence> Any() =>
        Arb.From(
            from length in Gen.Choose(5, Most)
            from some in Some.ListOf(length)
            select new LedgerSequence([.. some.SelectMany(commands => commands).Take(length)]),
            sequence => sequence.Shorter()
        );

    public override string ToString() => string.Concat(Commands.Select(command => $"\n  {command}"));

    // Large pieces first, because each attempt is a whole run.
    private IEnumerable<LedgerSequence> Shorter()
    {
        for (var piece = Commands.Count / 2; piece > 0; piece /= 2)
        {
            for (var start = 0; start < Commands.Count; start += piece)
            {
                yield return new LedgerSequence([.. Commands.Take(start), .. Commands.Skip(start + piece)]);
            }
        }
        foreach (var (i, command) in Commands.Index())
        {
            foreach (var simpler in command.Simpler())
            {
                yield return new LedgerSequence([.. Commands.Take(i), simpler, .. Commands.Skip(i + 1)]);
            }
        }
    }

    private static LedgerCommand Of(DeleteConversation deletion, Post post) =>
        post with
        {
            User = deletion.User,
            Calls = [.. post.Calls.Select(call => call with { Conversation = deletion.Conversation })],
        };

    private static Gen<IEnumerable<LedgerCommand>> One(Gen<LedgerCommand> command) =>
        command.Select(single => (IEnumerable<LedgerCommand>)[single]);
}
