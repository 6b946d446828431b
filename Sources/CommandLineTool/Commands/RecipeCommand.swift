import ArgumentParser
import Foundation
import Recipes

/// `myelin recipe`: the format of recipes, and those that the program carries.
struct RecipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipe", abstract: "Show the format of recipes, and those that are there.",
    subcommands: [Schema.self, Keys.self, List.self, Show.self])

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a JSON Schema of recipes, as editors take it.")

    func run() throws {
      try Terminal.standardOutput.writeLine(Form.schema.rendered(pretty: true))
    }
  }

  struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print all keys of recipes with their values, in Markdown.")

    func run() throws { try Terminal.standardOutput.writeLine(Form.reference) }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the recipes that the program carries.")

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() throws {
      let terminal = Terminal.standardOutput
      if json {
        try terminal.writeLine(JSONValue.list(Shipped.names.map { .text($0) }).rendered())
        return
      }
      for name in Shipped.names {
        let description = try Recipe(RecipeFile.named(name)).description ?? ""
        try terminal.writeLine(
          name.padding(toLength: 18, withPad: " ", startingAt: 0)
            + shortened(description, to: terminal.width - 18))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a recipe as it would be run.",
      usage: "myelin recipe show <recipe> [<options>]")

    @OptionGroup var arguments: RecipeArguments

    func run() throws {
      let text = try arguments.load().file.text
      try Terminal.standardOutput.writeLine(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }
  }
}
