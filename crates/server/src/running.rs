//! Test runs of the assistant: long work, so that a workspace has one at a time on each node.

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;
use yingda_model::WorkspaceId;

use crate::Problem;

/// The workspaces in which one is under way. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashSet<WorkspaceId>>>);

/// The right to make one; it ends when this is dropped.
pub(crate) struct Run {
    running: Running,
    workspace: WorkspaceId,
}

impl Running {
    /// Begins one. The problem is a conflict: another one is under way.
    pub fn begin(&self, workspace: WorkspaceId) -> Result<Run, Problem> {
        if self.0.lock().insert(workspace) {
            Ok(Run { running: self.clone(), workspace })
        } else {
            Err(Problem::conflict("another test run of this workspace is under way: wait until it has ended"))
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.running.0.lock().remove(&self.workspace);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_workspace_has_one_run_at_a_time() {
        let running = Running::default();
        let (one, other) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        let run = running.begin(one).unwrap();
        assert_eq!(running.begin(one).err().unwrap().code, "conflict");
        assert!(running.begin(other).is_ok(), "another workspace has its own");
        drop(run);
        assert!(running.begin(one).is_ok());
    }
}
