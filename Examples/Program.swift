import ArgumentParser

/// The `examples` program: lists the examples, or runs one of them.
@main
struct Program: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "examples", abstract: "The methods of a course on deep learning, each in a file.",
    discussion: "Without a name it lists them. Each file is written to be read: start with "
      + "Examples/README.md.")

  @Argument(help: "The example to run.")
  var name: String?

  // Unconditional, so that a negative number is taken for what it is, not for an option's name.
  @Option(parsing: .unconditional, help: "Decides the data and the first parameters.")
  var seed: UInt64 = 1

  @Option(
    parsing: .unconditional,
    help: "Iterations after which it stops in any case; each example has its own default.")
  var maximum: Int?

  func validate() throws {
    if let name, Example.named(name) == nil {
      let names = Example.all.map(\.name).joined(separator: ", ")
      throw ValidationError("there is no example '\(name)'; there are \(names)")
    }
    if let maximum, maximum < 1 {
      throw ValidationError("--maximum is \(maximum); it must be at least 1")
    }
  }

  func run() throws {
    guard let name, let example = Example.named(name) else { return print(Example.list) }
    print("\(example.name): \(example.summary)\n")
    print(try example.run(seed, maximum ?? example.maximum).report)
  }
}
