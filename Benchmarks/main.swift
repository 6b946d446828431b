// The measurements behind the decision records: what one part costs, and what the way not taken
// would cost. Training steps are timed by `myelin bench`.

let groups: [(name: String, run: () -> Void)] = [
  ("compile", CompileBenchmarks.run), ("core", CoreBenchmarks.run),
  ("fusion", FusionBenchmarks.run), ("layout", LayoutBenchmarks.run),
  ("loops", LoopBenchmarks.run), ("products", ProductBenchmarks.run),
  ("packed", PackedProductBenchmarks.run), ("tiles", TileBenchmarks.run),
  ("attention", AttentionBenchmarks.run), ("convolutions", ConvolutionBenchmarks.run),
  ("pooling", PoolingBenchmarks.run), ("safetensors", SafeTensorsBenchmarks.run),
  ("recurrent", RecurrentBenchmarks.run),
  ("text", TextBenchmarks.run),
  ("generation", GenerationBenchmarks.run), ("loading", LoadingBenchmarks.run),
  ("reading", ReadingBenchmarks.run),
]
let asked = CommandLine.arguments.dropFirst()
if let unknown = asked.first(where: { name in !groups.contains { $0.name == name } }) {
  print("there is no group '\(unknown)'; there are \(groups.map(\.name).joined(separator: ", "))")
} else {
  for group in groups where asked.isEmpty || asked.contains(group.name) { group.run() }
}
