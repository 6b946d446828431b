import ArgumentParser
import CommandLineTool
import Testing

@Suite struct ArgumentTests {
  @Test(
    "wrong arguments are named with their value",
    arguments: [
      ("digits --epochs 0", "--epochs is 0; it must be 1 … 1000000"),
      ("digits --epochs -3", "--epochs is -3; it must be 1 … 1000000"),
      ("digits --batch-size -1", "--batch-size is -1; it must be 1 … 1000000"),
      ("digits --seed -1", "--seed is -1; it must not be negative"),
      ("digits --set epochs", "--set epochs is not of the form key=value"),
      ("train", "Missing expected argument '<recipe>'"),
      ("predict runs/x", "Missing expected argument '<files> ...', or '--text <text>'"),
      ("check digits --batches 0", "--batches is 0; it must be at least 1"),
      ("evaluate runs/x --part all", "The value 'all' is invalid for '--part <part>'"),
      ("digits --seed abc", "The value 'abc' is invalid for '--seed <seed>'"),
      ("digits 7", "Unexpected argument '7'"),
      ("mnist", "Missing expected argument '--data <data>'"),
      (
        "tokenize train a.txt b.json --model wordpiece --size -1",
        "--size is -1; it must be in 0 … 1000000"
      ),
      ("bench --threads -1", "--threads is -1; it must be at least 1"),
      ("bench --repetitions 0", "--repetitions is 0; it must be at least 1"),
      (
        "bench --workload nope",
        "workload 'nope' is none of xor, mlp, mlp_big, cnn, resnet20, lstm, gpt"
      ),
      (
        "bench --inference --workload xor",
        "workload 'xor' is none of mlp, mlp_big, cnn, resnet20, lstm, gpt"
      ),
    ])
  func rejects(words: String, message: String) {
    let error = #expect(throws: (any Error).self) {
      try Program.parseAsRoot(words.split(separator: " ").map(String.init))
    }
    guard let error else { return }
    #expect(Program.message(for: error) == message)
    for line in Program.fullMessage(for: error).split(separator: "\n") where !line.hasPrefix("Help")
    {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test("help of all commands fits 80 columns")
  func fitsHelp() {
    func check(_ command: any ParsableCommand.Type) {
      for line in Program.helpMessage(for: command, columns: 80).split(separator: "\n") {
        #expect(line.count <= 80, "\(command): \(line)")
      }
      command.configuration.subcommands.forEach(check)
      command.configuration.groupedSubcommands.forEach { $0.subcommands.forEach(check) }
    }
    check(Program.self)
  }
}
