import Myelin

/// Writing with a cache, one sequence: the GPT that `examples shakespeare-gpt` trains, 63 tokens from
/// an empty cache, and the same with a recurrent model. `Scripts/generation_peer.py` times PyTorch's
/// loop over the same GPT.
enum GenerationBenchmarks {
  private static let count = 63

  static func run() {
    let gpt = withRandomSeed(1) {
      GPT(
        GPT.Configuration(
          vocabulary: 65, context: 64, width: 128, layers: 4, heads: 4, dropout: 0,
          activation: .none))
    }
    let lstm = withRandomSeed(1) { LSTMLanguageModel(vocabulary: 65, width: 256, hidden: 256) }
    report("gpt, compiled", rate(gpt.compiled()))
    report("gpt, eager", rate(gpt))
    report("gpt, without a cache", rate(FunctionModel { gpt(Tensor([$0]))[0, -1] }))
    report("lstm, compiled", rate(lstm.compiled()))
  }

  private static func rate(_ model: some LanguageModel) -> String {
    let timing = Timing(windows: 20, repetitions: 1) {
      let tokens = model.generate(from: [0], maximum: count)
      if tokens.reduce(0, { count, _ in count + 1 }) != count { print("too few tokens") }
    }
    return "\(Int(Double(count) / timing.seconds)) tokens/s"
  }
}
