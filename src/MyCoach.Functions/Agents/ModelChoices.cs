using MyCoach.Alerts;
using MyCoach.Settings;
using MyCoach.Users;

namespace MyCoach.Agents;

/// <summary>Lists the models in a user's settings and agents.</summary>
internal sealed class ModelChoices(SettingsTable settings, AgentsTable agents)
{
    public async Task<IReadOnlyList<ChosenModel>> ListAsync(UserId user, CancellationToken cancellation)
    {
        var choices = new List<ChosenModel>();
        Add((await settings.GetAsync(user, cancellation)).DefaultModel, "settings");
        foreach (var agent in await agents.ListAsync(user, cancellation))
        {
            Add(agent.PreferredModel, $"agent {agent.Id}");
        }
        return choices;

        void Add(string? model, string by)
        {
            if (model is not null)
            {
                choices.Add(new ChosenModel(model, by));
            }
        }
    }
}
