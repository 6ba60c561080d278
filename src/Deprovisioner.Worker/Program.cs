using Deprovisioner.Worker.Commands;

return await DeprovisionerCommands.Invoke(args);
