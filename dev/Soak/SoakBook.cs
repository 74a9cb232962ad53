namespace MyCoach.Dev.Soak;

/// <summary>How a call of the gateway ended for its caller.</summary>
internal enum SoakEnding
{
    /// <summary>Nothing was answered: whether the call was made is unknown.</summary>
    Unanswered,

    /// <summary>MyCoach refused it for its budget.</summary>
    Refused,

    /// <summary>MyCoach could not admit it, because storage failed.</summary>
    Unavailable,

    /// <summary>The whole answer arrived.</summary>
    Answered,

    /// <summary>The caller disconnected in the middle of the stream.</summary>
    Left,

    /// <summary>The connection broke in the middle of the answer.</summary>
    BrokenOff,
}

/// <summary>A call of the gateway. Its number is in the metadata of its event.</summary>
internal sealed class SoakCall(string number, SoakLife life, long bodyBytes)
{
    public string Number => number;

    public SoakLife Life => life;

    public long BodyBytes => bodyBytes;

    public SoakEnding Ending { get; set; }

    /// <summary>The id of its event, if it was answered at least in part.</summary>
    public string? UsageId { get; set; }

    /// <summary>As the answer states it.</summary>
    public (long Input, long Output)? Tokens { get; set; }

    public DateTimeOffset EndedAt { get; set; }
}

/// <summary>A posted event, which is repeated until it is answered.</summary>
internal sealed class SoakPost(string id, long inputTokens, long outputTokens, string? conversation)
{
    private int created;
    private int repeated;
    private int unanswered;

    public string Id => id;

    public long InputTokens => inputTokens;

    public long OutputTokens => outputTokens;

    public string? Conversation => conversation;

    public int Created => created;

    public int Answered => created + repeated;

    /// <summary>How many requests with it had no answer, or one that leaves open what was recorded.</summary>
    public int Unanswered => unanswered;

    public void NoteAnswer(bool isCreated) => Interlocked.Increment(ref (isCreated ? ref created : ref repeated));

    public void NoteNoAnswer() => Interlocked.Increment(ref unanswered);
}

/// <summary>What a user has sent, and what was answered. Thread-safe.</summary>
internal sealed class SoakBook(string user, SoakBudget budget)
{
    private readonly Lock gate = new();
    private readonly List<SoakCall> calls = [];
    private readonly List<SoakPost> posts = [];
    private readonly List<string> surprises = [];
    private int reads;

    public string User => user;

    public SoakBudget Budget => budget;

    public string ProviderKey => $"sk-of-{user}";

    public IReadOnlyList<SoakCall> Calls => Read(() => calls.ToArray());

    public IReadOnlyList<SoakPost> Posts => Read(() => posts.ToArray());

    /// <summary>Answers that nothing explains.</summary>
    public IReadOnlyList<string> Surprises => Read(() => surprises.ToArray());

    public int Reads => reads;

    public int Requests => Read(() => calls.Count + posts.Sum(post => post.Answered + post.Unanswered)) + reads;

    public void Add(SoakCall call) => Change(() => calls.Add(call));

    public void Add(SoakPost post) => Change(() => posts.Add(post));

    public void NoteRead() => Interlocked.Increment(ref reads);

    public void NoteSurprise(string text) => Change(() => surprises.Add($"{user}: {text}"));

    private T Read<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
        }
    }
}
