#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <string>

#include "app/config.h"
#include "app/maintenance.h"
#include "app/serve.h"

namespace {

struct Arguments {
  std::optional<std::string> config_file;
  std::optional<std::uint16_t> port;
  std::optional<std::string> bind;
  std::optional<std::string> data_directory;
  std::optional<std::string> backup_file;
};

nat::Result<nat::Config> Load(const Arguments& arguments) {
  std::optional<std::filesystem::path> file;
  if (arguments.config_file) file = *arguments.config_file;
  auto config = nat::LoadConfig(file, nat::SystemEnvironment());
  if (!config) return config;
  if (arguments.port) config->port = *arguments.port;
  if (arguments.bind) config->bind = *arguments.bind;
  if (arguments.data_directory) config->data_directory = *arguments.data_directory;
  return config;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli("NotATherapist: a supportive AI companion that you host yourself.");
  cli.name("notatherapist");
  Arguments arguments;
  const auto add_options = [&arguments](CLI::App* command) {
    command->add_option("--config", arguments.config_file, "the configuration file");
    command->add_option("--port", arguments.port, "the port to serve on (5004)");
    command->add_option("--bind", arguments.bind, "the address to serve on (127.0.0.1)");
    command->add_option("--data-dir", arguments.data_directory, "where conversations are kept");
  };
  auto* serve = cli.add_subcommand("serve", "serve until Ctrl-C (what happens without a command)");
  auto* check = cli.add_subcommand("check-config", "say whether the configuration is right");
  auto* print = cli.add_subcommand("print-config", "print the effective configuration");
  auto* migrate = cli.add_subcommand("migrate", "bring the database up to date, with a copy first");
  auto* backup = cli.add_subcommand("backup", "copy the database, also while the service runs");
  backup->add_option("file", arguments.backup_file,
                     "the new file, or a folder for it (backups/ in the data directory)");
  auto* help = cli.add_subcommand("help", "print this text");
  for (auto* command : {&cli, serve, check, print, migrate, backup}) add_options(command);
  cli.require_subcommand(0, 1);
  CLI11_PARSE(cli, argc, argv);

  if (help->parsed()) {
    cli.clear();  // of the command that was chosen, whose own help this would be
    std::cout << cli.help("", CLI::AppFormatMode::All);
    return 0;
  }
  auto config = Load(arguments);
  if (!config) {
    std::cerr << "The configuration is not right: " << config.error().message << std::endl;
    return 2;
  }
  if (check->parsed()) {
    std::cout << "The configuration is right." << std::endl;
    return 0;
  }
  if (print->parsed()) {
    std::cout << nat::PrintConfig(*config);
    return 0;
  }
  if (migrate->parsed()) return nat::RunMigrate(*config);
  if (backup->parsed()) return nat::RunBackup(*config, arguments.backup_file);
  return nat::Serve(std::move(*config));
}
