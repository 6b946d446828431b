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
    switch instruction.operation {
    case .fused(let fusion): kernel(for: fusion, instruction)
    case .convolve:
      ConvolutionKernel(ConvolutionFusion(instruction), in: graph, bases: bases, storing: [])
        ?? BackendKernel(instruction, in: graph, on: backend)
    case .loop(let loop): LoopKernel(loop, instruction, in: graph)
    case .branch(let branch): BranchKernel(branch, instruction)
    case .arrange(let description): ArrangeKernel(instruction, description)
    case .pack(let shape): PackKernel(instruction, shape)
    case .product: ProductKernel(instruction, in: graph)
    default: BackendKernel(instruction, in: graph, on: backend)
    }
  }

  private func kernel(for fusion: Fusion, _ instruction: Graph.Instruction) -> any PlanKernel {
    let stored = Set(instruction.outputs.map(\.value))
    switch fusion.kind {
    case .product(let product):
      return ProductKernel(
        fusion.instructions[0], followedBy: product, in: graph, bases: bases, storing: stored)
    case .tiles(let loop):
      return TileKernel(loop.program(in: graph, bases: bases, storing: stored), over: loop.space)
    case .scalars: return ScalarKernel(fusion.instructions, storing: stored, in: graph)
    case .updates: return UpdatesKernel(fusion.instructions)
    case .convolution(let convolution):
      guard
        let kernel = ConvolutionKernel(convolution, in: graph, bases: bases, storing: stored)
      else { stop("compile: a fused convolution that the library does not have") }
      return kernel
    }
  }
}
