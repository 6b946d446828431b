import Examples
import Testing

@Suite struct ProgramTests {
  @Test(
    "wrong arguments are named with their value",
    arguments: [
      ("xor --maximum 0", "--maximum is 0; it must be at least 1"),
      ("names", "names learns from names.txt: say where with --data <folder>"),
      (
        "xor --figure curve.svg",
        "--data and --figure are for language models: shakespeare-gpt, shakespeare-lstm, names"
      ),
      (
        "names --data . --figure nowhere/curve.svg",
        "--figure is 'nowhere/curve.svg', in a folder that cannot be written to"
      ),
      ("names --data . --figure /", "--figure is the folder '/'; it must be a file"),
    ])
  func rejects(words: String, message: String) {
    let error = #expect(throws: (any Error).self) {
      try Program.parseAsRoot(words.split(separator: " ").map(String.init))
    }
    guard let error else { return }
    #expect(Program.message(for: error) == message)
  }
}
