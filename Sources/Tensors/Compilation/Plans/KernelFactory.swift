import Arrays
import CPUBackend

/// Chooses the kernel of each instruction.
struct KernelFactory {
  private let graph: Graph
  /// For each value the one whose address stands for the memory in which it lies.
  private let bases: [Int]
  private let backend: any Backend = CPUBackend()

  init(_ graph: Graph, bases: [Int]) {
    self.graph = graph
    self.bases = bases
  }

  func kernel(for instruction: Graph.Instruction) -> any PlanKernel {
    guard case .fused(let fusion) = instruction.operation else {
      return BackendKernel(instruction, in: graph, on: backend)
    }
    switch fusion.kind {
    case .tiles(let loop):
      let stored = Set(instruction.outputs.map(\.value))
      let program = loop.program(in: graph, bases: bases) { stored.contains($0) }
      return TileKernel(program, over: loop.space)
    case .scalars:
      let stored = Set(instruction.outputs.map(\.value))
      return ScalarKernel(fusion.instructions, storing: { stored.contains($0) }, in: graph)
    case .updates: return UpdatesKernel(fusion.instructions)
    }
  }
}
