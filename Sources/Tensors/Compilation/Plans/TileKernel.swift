import Arrays
import CPUBackend

/// A loop over tiles.
final class TileKernel: PlanKernel {
  private let program: PreparedTileProgram

  init(_ loop: TileLoop, storing outputs: [Graph.Output], in graph: Graph) {
    let stored = Set(outputs.map(\.value))
    program = PreparedTileProgram(
      loop.program(in: graph) { stored.contains($0) }, over: loop.space)
  }

  var scratchByteCount: Int { program.scratchByteCount }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    program.run(bases: bases, scratch: scratch)
  }
}
