using Deprovisioner.Storage;
using Deprovisioner.Worker.Commands;

DriverCancellation.Tolerate();
return await DeprovisionerCommands.Invoke(args);
