namespace MyCoach.Bounds;

internal static class BoundServices
{
    public static void AddBounds(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(FreeBetas.Read(builder.Configuration));
    }
}
