namespace MyCoach.Bounds;

/// <summary>What of a request decides how much it can cost at most. <see cref="BoundRules"/> says how.</summary>
internal sealed record CostFactors
{
    /// <summary>In UTF-8, of the whole body.</summary>
    public required long Bytes { get; init; }

    public string? Model { get; init; }

    /// <summary>Whether the model writes an answer; an embedding has none.</summary>
    public bool Generates { get; init; } = true;

    /// <summary>Whether all that the model is to read stands in the body as text.</summary>
    public bool IsInline { get; init; }

    /// <summary>In tokens for each answer; null where the request states none.</summary>
    public long? OutputLimit { get; init; }

    /// <summary>The member of the request that limits the output, or would; null where none does.</summary>
    public string? OutputLimitName { get; init; }

    /// <summary>Whether the output limit is free to be set.</summary>
    public bool LeavesOutputLimit { get; init; }

    /// <summary>How many answers are asked for side by side.</summary>
    public long Alternatives { get; init; } = 1;

    /// <summary>Whether the request foretells the answer; what does not come true is charged like output.</summary>
    public bool Predicts { get; init; }

    public string? ServiceTier { get; init; }

    public string? Speed { get; init; }

    public string? Geography { get; init; }

    /// <summary>Whether a part of the input is to be cached for longer than five minutes.</summary>
    public bool CachesForAnHour { get; init; }

    public IReadOnlyList<RequestedTool> Tools { get; init; } = [];

    /// <summary>How often the provider's own tools may be used together; null where the request does not say.</summary>
    public long? MostToolUses { get; init; }

    /// <summary>The provider's features that are to be tried, by name.</summary>
    public IReadOnlyList<string> Betas { get; init; } = [];

    /// <summary>A member that should be a count and is none, so that nobody knows what its provider would make of it; null where there is none.</summary>
    public string? NoCount { get; init; }

    /// <summary>Whether the model is asked to think before it answers, which is not shown, or only in a shorter form.</summary>
    public bool Thinks { get; init; }

    /// <summary>What the request asks for that has no end that could be known beforehand, in the request's own words.</summary>
    public IReadOnlyList<string> Endless { get; init; } = [];
}

/// <summary>A tool of the request whose type the provider defines.</summary>
/// <param name="MostUses">Null where the request does not say.</param>
/// <param name="Oddity">What of it makes a use cost nobody knows how much; null where nothing does.</param>
internal sealed record RequestedTool(string Type, long? MostUses, string? Oddity = null);
