using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Ledger;

/// <summary>Selects events by any of several values of each member. An empty member selects every event.</summary>
internal sealed record EventFilter
{
    // The table service accepts 15 comparisons in a filter, and a page of a month takes three.
    private const int MaxComparisons = 12;

    public IReadOnlyList<string> Providers { get; init; } = [];

    /// <summary>The models by their names in summaries, each with its provider.</summary>
    public IReadOnlySet<(Provider Provider, string Name)> Models { get; init; } = new HashSet<(Provider, string)>();

    /// <summary>The models by the name that the provider answered or the caller posted.</summary>
    public IReadOnlyList<string> ServedModels { get; init; } = [];

    public IReadOnlyList<ConversationFilter> Conversations { get; init; } = [];

    public IReadOnlyList<string> Agents { get; init; } = [];

    public IReadOnlyList<string> Tokens { get; init; } = [];

    /// <summary>Pairs of metadata: an event has one of the values of every key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Metadata { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>
    /// Whether a totals row, which has no agent, token, conversation or metadata, does not say if it is selected.
    /// </summary>
    public bool NeedsEvents => Conversations.Count > 0 || Agents.Count > 0 || Tokens.Count > 0 || Metadata.Count > 0;

    /// <summary>Whether lists and exports show the event: it is selected and not deleted.</summary>
    public bool Shows(UsageEvent usageEvent, ModelCatalogue catalogue) =>
        usageEvent.DeletedAt is null && Matches(usageEvent, catalogue);

    public bool Matches(UsageEvent usageEvent, ModelCatalogue catalogue) =>
        Matches(usageEvent.Provider, usageEvent.Model, catalogue)
        && (Agents.Count == 0 || Agents.Contains(usageEvent.AgentId))
        && (Tokens.Count == 0 || Tokens.Contains(usageEvent.TokenId))
        && Metadata.All(pair => usageEvent.Metadata.TryGetValue(pair.Key, out var value) && pair.Value.Contains(value))
        && (
            Conversations.Count == 0
            || Conversations.Any(conversation =>
                conversation.Id == usageEvent.ConversationId
                && usageEvent.ConversationGeneration >= conversation.Generation
            )
        );

    /// <summary>Whether the provider and the model are selected.</summary>
    public bool Matches(Provider provider, string model, ModelCatalogue catalogue) =>
        (Providers.Count == 0 || Providers.Contains(provider.Id))
        && (ServedModels.Count == 0 || ServedModels.Contains(model))
        && (Models.Count == 0 || Models.Contains((provider, catalogue.NameOf(provider, model))));

    /// <summary>
    /// What the table service can check of it, as conditions to append to a filter. It may select more events than this
    /// filter does.
    /// </summary>
    /// <param name="isExact">Whether it selects the same events.</param>
    public string ToConditions(out bool isExact)
    {
        var left = MaxComparisons;
        var isWhole = Models.Count == 0;
        var conditions = string.Concat(
            AnyOf(Providers, 1, value => TableClient.CreateQueryFilter($"Provider eq {value}")),
            AnyOf(ServedModels, 1, value => TableClient.CreateQueryFilter($"Model eq {value}")),
            AnyOf(Agents, 1, value => TableClient.CreateQueryFilter($"AgentId eq {value}")),
            AnyOf(Tokens, 1, value => TableClient.CreateQueryFilter($"TokenId eq {value}")),
            AnyOf(Conversations, 2, ConditionOf),
            string.Concat(
                Metadata.Select(pair =>
                    AnyOf(
                        pair.Value,
                        1,
                        value => $"{EventMetadata.ColumnOf(pair.Key)} eq {TableClient.CreateQueryFilter($"{value}")}"
                    )
                )
            )
        );
        isExact = isWhole;
        return conditions;

        string AnyOf<T>(IReadOnlyList<T> values, int comparisons, Func<T, string> condition)
        {
            if (values.Count == 0)
            {
                return "";
            }
            if (values.Count * comparisons > left)
            {
                isWhole = false;
                return "";
            }
            left -= values.Count * comparisons;
            return $" and ({string.Join(" or ", values.Select(condition))})";
        }
    }

    private static string ConditionOf(ConversationFilter conversation) =>
        conversation.Generation > 0
            ? TableClient.CreateQueryFilter(
                $"(ConversationId eq {conversation.Id} and ConversationGeneration ge {conversation.Generation})"
            )
            : TableClient.CreateQueryFilter($"ConversationId eq {conversation.Id}");
}

/// <param name="Generation">The lowest generation to include. Earlier ones were deleted.</param>
internal sealed record ConversationFilter(string Id, long Generation);
