import ArgumentParser
import Downloads
import Foundation
import Myelin
import Recipes
import Synchronization

/// `myelin data`: data sets, before anything is trained on them.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Fetch data sets, and look at those of recipes.",
    subcommands: [Fetch.self, Show.self, Split.self, Leaks.self])

  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Download a known data set, check it and unpack it.",
      usage: "myelin data fetch <name> [<options>]",
      discussion: KnownDataset.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"))

    @Argument(help: "Its name.", completion: .list(KnownDataset.all.map(\.name)))
    var name: String

    @Option(help: "Where it goes; data/NAME unless given.", completion: .directory)
    var into: String?

    @Option(help: "The address of a folder that is asked first; may be repeated.")
    var mirror: [String] = []

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
      guard KnownDataset.named(name) != nil else {
        let names = KnownDataset.all.map(\.name).joined(separator: ", ")
        throw ValidationError("'\(name)' is none of \(names)")
      }
    }

    func run() throws {
      guard let dataset = KnownDataset.named(name) else { return }
      let terminal = Terminal.standardOutput
      let shows = !json && terminal.isInteractive
      let (folder, mirrors) = (into ?? "data/\(name)", mirror)
      let place = try waiting {
        try await dataset.fetch(into: folder, mirrors: mirrors) { file, received, total in
          guard shows else { return }
          let all = total.map { " of \(Figure.bytes($0))" } ?? ""
          try? terminal.replaceLine("\(file)  \(Figure.bytes(received))\(all)")
        }
      }
      if shows { try terminal.replaceLine("") }
      try terminal.writeLine(
        json ? JSONValue.object(["folder": .text(place)]).rendered() : "\(name) is in \(place)")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say how many examples a recipe has, of which classes and sizes.",
      usage: "myelin data show <recipe> [<options>]")

    @OptionGroup var arguments: RecipeArguments

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
      let data = try RecipeData(arguments.load())
      let terminal = Terminal.standardOutput
      let parts = data.parts
      if json {
        try terminal.writeLine(
          JSONValue.object([
            "input": .list(
              data.features.lengths.enumerated().map {
                $0 == 0 && data.features.varies ? .null : .integer($1)
              }),
            "outputs": .integer(data.targets.outputs),
            "classes": .list(data.facts.classNames.map { .text($0) }),
            "parts": .object(
              Dictionary(uniqueKeysWithValues: parts.map { ($0.name, .integer($0.places.count)) })),
          ]).rendered())
        return
      }
      var lines = ["an example  \(data.features.words)"]
      for (name, places) in parts where !places.isEmpty {
        lines.append(
          "\(name.padding(toLength: 12, withPad: " ", startingAt: 0))\(Words.grouped(places.count))"
        )
      }
      try terminal.writeLine(lines.joined(separator: "\n"))
      guard !data.labels.isEmpty, data.facts.classNames.count <= 200 else { return }
      try terminal.writeLine("\n" + classTable(data, parts, terminal.style))
    }

    private func classTable(
      _ data: RecipeData, _ parts: [(name: String, places: [Int])], _ style: TextStyle
    ) -> String {
      let shown = parts.filter { !$0.places.isEmpty }
      let width = min(30, max(5, data.facts.classNames.map(\.count).max() ?? 0))
      var lines = [
        style.bold(
          "class".padding(toLength: width, withPad: " ", startingAt: 0)
            + shown.map { padded($0.name, 12) }.joined())
      ]
      for (label, name) in data.facts.classNames.enumerated() {
        let counts = shown.map { part in part.places.count { data.labels[$0] == label } }
        lines.append(
          String(name.prefix(width)).padding(toLength: width, withPad: " ", startingAt: 0)
            + counts.map { padded(Words.grouped($0), 12) }.joined())
      }
      return lines.joined(separator: "\n")
    }
  }

  struct Split: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print which example of a recipe is in which part, as CSV.",
      usage: "myelin data split <recipe> [<options>]")

    @OptionGroup var arguments: RecipeArguments

    @Flag(help: "Print one JSON object: the places of each part.")
    var json = false

    func run() throws {
      let data = try RecipeData(arguments.load())
      let terminal = Terminal.standardOutput
      if json {
        try terminal.writeLine(
          JSONValue.object(
            Dictionary(
              uniqueKeysWithValues: data.parts.map { part in
                (part.name, .list(part.places.map { .integer($0) }))
              })
          ).rendered())
        return
      }
      var names = [String](repeating: "", count: data.parts.reduce(0) { $0 + $1.places.count })
      for (name, places) in data.parts {
        for place in places where names.indices.contains(place) { names[place] = name }
      }
      try terminal.writeLine("example,part")
      for (place, name) in names.enumerated() { try terminal.writeLine("\(place),\(name)") }
    }
  }

  struct Leaks: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find pictures of a recipe that stand in two parts, exactly or nearly.",
      usage: "myelin data leaks <recipe> [<options>]",
      discussion: "Exits with 1 where there are some.")

    @OptionGroup var arguments: RecipeArguments

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
      let recipe = try arguments.load()
      guard let report = try RecipeData(recipe).leaks() else {
        throw CommandError("the examples of \(recipe.name) are no pictures")
      }
      let terminal = Terminal.standardOutput
      if json {
        func places(_ pairs: [LeakReport.Pair]) -> JSONValue {
          .list(
            pairs.map { pair in
              .list(
                [pair.first, pair.second].map { place in
                  ["part": .text(place.part), "place": .integer(place.place)]
                })
            })
        }
        try terminal.writeLine(
          JSONValue.object([
            "pictures": .integer(report.count), "exact": places(report.exact),
            "near": places(report.near), "leaks": .integer(report.leaks.count),
          ]).rendered())
      } else {
        try terminal.writeLine(wrapped("\(report)", width: terminal.width))
      }
      if !report.leaks.isEmpty { throw ExitCode.failure }
    }
  }
}

/// The result of asynchronous work, for a program that has nothing else to do.
private func waiting<Success: Sendable>(
  _ body: @escaping @Sendable () async throws -> Success
) throws -> Success {
  let outcome = Outcome<Success>()
  let done = DispatchSemaphore(value: 0)
  Task {
    do {
      outcome.set(.success(try await body()))
    } catch {
      outcome.set(.failure(error))
    }
    done.signal()
  }
  done.wait()
  return try outcome.get()
}

/// A result that one thread sets and another one gets.
private final class Outcome<Success: Sendable>: Sendable {
  private let result = Mutex<Result<Success, any Error>?>(nil)

  func set(_ new: Result<Success, any Error>) { result.withLock { $0 = new } }

  func get() throws -> Success {
    guard let result = result.withLock({ $0 }) else { throw CommandError("there is no result") }
    return try result.get()
  }
}
