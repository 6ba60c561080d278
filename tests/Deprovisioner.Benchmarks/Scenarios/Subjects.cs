using Deprovisioner.Benchmarks.Conventional;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>The two that are compared, each as one process with everything.</summary>
internal static class Subjects
{
    public static async Task<ISubject> Start(Servers servers, bool conventional, SimulatedCompany? company = null)
    {
        if (conventional)
        {
            return await ConventionalSubject.Start(servers);
        }

        var product = await Product.Install(servers, company ?? new SimulatedCompany());
        await product.StartWorker();
        return product;
    }
}
