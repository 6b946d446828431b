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
      (
        "predict runs/x a.txt --text b",
        "--text does not go with files: they are predicted by themselves"
      ),
      ("check digits --batches 0", "--batches is 0; it must be at least 1"),
      ("evaluate runs/x --part all", "The value 'all' is invalid for '--part <part>'"),
      ("evaluate runs/x --seed 2", "--seed would change what the run has settled"),
      (
        "evaluate runs/x --set data.split.test=0.5",
        "--set data.split.test would change what the run has settled"
      ),
      ("evaluate runs/x --set training={}", "--set training would change what the run has settled"),
      ("evaluate runs/x --set model=lenet", "--set model would change what the run has settled"),
      (
        "train runs/x --resume --epochs 3",
        "--epochs does not go with --resume: a run goes on as it began"
      ),
      (
        "train runs/x --resume --set a=b",
        "--set does not go with --resume: a run goes on as it began"
      ),
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

  @Test(
    "what a run leaves open can be changed",
    arguments: [
      "evaluate runs/x --data new.csv --batch-size 8 --set training.workers=0",
      "evaluate runs/x --set metrics=[f1]", "train runs/x --resume --data new.csv --quiet",
      "tokenize train a.txt b.json --json", "tokenize encode a.json b.txt --json", "new x --json",
    ])
  func accepts(words: String) throws {
    _ = try Program.parseAsRoot(words.split(separator: " ").map(String.init))
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
