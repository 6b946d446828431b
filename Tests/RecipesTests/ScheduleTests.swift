import Myelin
import Recipes
import Testing

@Suite struct RecipeScheduleTests {
  @Test("steps of a rate are at their parts of the whole run, also behind a rise")
  func countsFromTheStart() throws {
    try RecipeFolder.with { folder in
      let prepared = try PreparedRun(
        .reading(
          """
          data: {source: digits}
          model: {mlp: {hidden: [4]}}
          optimizer: {sgd: {learning_rate: 1.0}}
          schedule: {steps: {at: [0.5, 0.9], factor: 0.5, warmup: 0.2}}
          training: {steps: 20, batch_size: 64, log_every: 1}
          """))
      let run = RunFolder(folder.path + "/run")
      _ = try prepared.train(in: run)
      let rates = try run.events().filter { $0.event == .training }
        .compactMap { $0.values?["learning_rate"] }
      #expect(rates.count == 20)
      #expect(rates.prefix(4) == [0, 0.25, 0.5, 0.75])
      #expect(rates[4..<10].allSatisfy { $0 == 1 } && rates[10..<18].allSatisfy { $0 == 0.5 })
      #expect(rates[18...].allSatisfy { $0 == 0.25 })
    }
  }
}
