/// The order in which passes rewrite a traced graph.
enum PassPipeline {
  static func run(_ graph: inout Graph, isPart: Bool = false) {
    graph.forwardCopies()
    graph.foldConstants()
    // What one round uncovers, the next one uses.
    for _ in 0..<2 {
      graph.simplifyAlgebra()
      graph.forwardViews()
      graph.forwardCopies()
      graph.mergeCommonSubexpressions()
      graph.removeDeadCode()
    }
    graph.gatherSlices()
    graph.joinProducts()
    graph.removeDeadCode()
    graph.maskPooledGradients()
    graph.fuseScalarsAndUpdates()
    if !isPart {
      graph.foldNormalizations()
      graph.rearrangeFlattenedWeights()
    }
    graph.decompose()
    graph.mergeCommonSubexpressions()
    graph.batchProducts()
    graph.splitElementwise()
    graph.writeParts()
    graph.mergeCommonSubexpressions()
    graph.spreadRows()
    graph.fuseTiles()
    graph.packProducts(keeps: !isPart)
    graph.attachEpilogues()
    graph.chainBatches()
    graph.fuseConvolutions()
    if !isPart { graph.arrangeWeights() }
    graph.keepReplacedState()
  }
}
