/// The order in which passes rewrite a traced graph.
enum PassPipeline {
  static func run(_ graph: inout Graph) {
    graph.forwardCopies()
    graph.keepReplacedState()
    graph.removeDeadCode()
  }
}
