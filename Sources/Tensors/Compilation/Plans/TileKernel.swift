import Arrays
import CPUBackend

/// A loop over tiles.
final class TileKernel: PlanKernel {
  private let program: PreparedTileProgram

  init(_ program: TileProgram, over space: TileSpace) {
    self.program = PreparedTileProgram(program, over: space)
  }

  var scratchByteCount: Int { program.scratchByteCount }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    program.run(bases: bases, scratch: scratch)
  }
}
