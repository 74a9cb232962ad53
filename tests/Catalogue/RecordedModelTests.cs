using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Catalogue;

public sealed class RecordedModelTests
{
    [Fact(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    public void Every_model_of_the_recordings_has_a_price()
    {
        var catalogue = ModelCatalogue.Embedded;
        var models = Recordings
            .All.Where(recording => recording.Model is not null)
            .Select(recording => (recording.ProviderId, Model: recording.Model!))
            .Distinct()
            .ToArray();
        Assert.NotEmpty(models);
        Assert.All(models, own => Assert.NotNull(catalogue.Find(Provider.Find(own.ProviderId)!, own.Model)));
    }
}
